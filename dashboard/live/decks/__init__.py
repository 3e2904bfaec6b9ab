"""What is shown: scenes in decks, decks in files and in the editor, and what a scene tells in words and pictures."""
