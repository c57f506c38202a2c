"""Plans (计划): which customers get a case of which procedure, when, and from whom; the daily run opens them."""
