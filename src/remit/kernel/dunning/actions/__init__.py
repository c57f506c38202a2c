from remit.kernel.dunning.actions import laddering, pausing, reminding

__all__ = ["laddering", "pausing", "reminding"]
