"""The roster's pages: lists of classes and schools, a person's file, and everything that happens to it."""
