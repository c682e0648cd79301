"""What every step hangs on: requirement catalogues, judgements, decisions and who may take them, evidence, comments."""
