"""Pages of one site or one reader: a key that is asked for, a site's own page, and the end of mails."""
