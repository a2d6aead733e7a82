"""The verbs of a return, one file a noun: filing, parts, signing, turning back, gathering, orders."""
