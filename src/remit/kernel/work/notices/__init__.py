"""Telling people what concerns them: in the app, by mail at once, in the daily mail."""
