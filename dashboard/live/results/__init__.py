"""What was answered: counted, grouped, drawn for the screen, set beside the data, and as files."""
