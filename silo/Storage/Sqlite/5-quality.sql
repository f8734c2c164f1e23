-- What a person's devices measured in a call, and how the person rated it, as JSON; null when neither is known.
ALTER TABLE call_participants ADD COLUMN quality TEXT;
