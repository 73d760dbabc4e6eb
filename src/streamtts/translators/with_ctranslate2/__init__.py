"""The network for translation on CTranslate2."""
