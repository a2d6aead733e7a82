"""Step 13. The daily analysis (分析研判) and what was decided there; bulletins."""
