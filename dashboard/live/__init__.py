"""A deck before an audience: scenes, the presenter's windows, the phones of the room, and their answers."""
