"""Sign-in, off unless ``INKARTA_SIGN_IN`` names a file: who is asking, what each role may, and the door."""
