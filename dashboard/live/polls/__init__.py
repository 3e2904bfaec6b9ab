"""What is asked: questions, who may vote and how, what the presenter decides, and an audience to rehearse with."""
