-- What a person's devices measured in a call, and how the person rated it; null when neither is known.
ALTER TABLE call_participants ADD COLUMN quality json;
