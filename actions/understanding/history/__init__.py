"""What a community's own history teaches: departments and categories, from labelled rows."""
