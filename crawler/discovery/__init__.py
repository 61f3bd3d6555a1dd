"""How an outlet's articles are found."""
