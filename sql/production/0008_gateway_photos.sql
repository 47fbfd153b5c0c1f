-- A candidate is shown with the photo that matched best: ximilar-gw names it by its key, and sees no more of it.
GRANT SELECT (id, object_key) ON photos TO ximilar_gw;
