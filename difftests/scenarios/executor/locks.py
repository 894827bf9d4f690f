"""Locks, events and conditions between threads."""
# clock: real, threads take their own
import threading
import time

lock = threading.Lock()
condition = threading.Condition()
items = []


def consume(count, got):
    for _ in range(count):
        with condition:
            while not items:
                condition.wait()
            got.append(items.pop(0))


got = []
consumers = [threading.Thread(target=consume, args=(5, got)) for _ in range(2)]
for thread in consumers:
    thread.start()
for n in range(10):
    with condition:
        items.append(n)
        condition.notify()
for thread in consumers:
    thread.join()
print(got if got == sorted(got) else sorted(got))
print(lock.acquire(), lock.acquire(False), lock.acquire(timeout=0.01), lock.locked())
threading.Thread(target=lambda: (time.sleep(0.02), lock.release())).start()
with lock:
    print("got it")
try:
    lock.release()
except RuntimeError as error:
    print(error)
event = threading.Event()
print(event.wait(0.01), event.is_set())
threading.Thread(target=event.set).start()
print(event.wait(), event.is_set())
total = 0


def count():
    global total
    for _ in range(1000):
        with lock:
            total += 1


threads = [threading.Thread(target=count) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(10)
print(total, [thread.is_alive() for thread in threads])
try:
    threads[0].start()
except RuntimeError as error:
    print(error)
try:
    threading.Thread().join()
except RuntimeError as error:
    print(error)
