"""Where it is shown: the stage, the speaker's window, the phones, and the room that holds them together."""
