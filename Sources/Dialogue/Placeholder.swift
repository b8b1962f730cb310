enum PlaceholderDialogue {}
