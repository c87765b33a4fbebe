"""The page, as files to serve: no Python here. Being a package lets any kind of install find the folder."""
