"""Timelines, and what became of the patients, in; best response, benefit, times to events and landmarks out."""
