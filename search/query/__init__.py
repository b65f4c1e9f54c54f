"""What was typed, read: lexer, parser, compiler, corrections."""
