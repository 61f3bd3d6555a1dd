"""What on a page is not its story, by its element or its wording."""
