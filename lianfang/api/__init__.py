"""The machine interfaces. The landing takes cards and rolls from telephones, devices and gateways."""
