"""Forms: what a person types into fields -> the data of a step, a trigger or an input, and back.

A form knows nothing of pages. `fields` are typed texts and what they mean, `conditions` comparisons in plain
words, `entries` the parameters of a service's entry as fields, and `steps` one form for each kind of step.
"""
