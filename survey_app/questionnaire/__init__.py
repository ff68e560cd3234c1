"""What a questionnaire is: definition, rules, path, answers, checks and the JSON codec. Pure: no I/O."""
