"""From words to what a voice can say: language, pronunciation, phrases."""
