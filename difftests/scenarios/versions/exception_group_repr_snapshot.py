"""The repr of an exception group shows the list that it was made of, with later changes; later what it was made of
(gh-141732)."""
# flag: exception_group_repr_snapshot
errors = [ValueError("a")]
group = ExceptionGroup("group", errors)
errors.append(ValueError("b"))
print(repr(group))
