enum PlaceholderUnderstanding {}
