"""Letters as files: PDF for the archive and the printer, Word for whoever has to change a word."""
