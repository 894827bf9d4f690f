"""A program without any loop that ends by an uncaught exception: exit status 1."""


def work(numbers):
    return sum(numbers) / len(numbers)


print(work([1, 2, 3]))
print("about to fail")
print(work([]))
