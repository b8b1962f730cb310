enum PlaceholderOutbound {}
