"""The done callbacks of a thread's future: at once, in order, at once again when it is done; their errors go to a log."""
import concurrent.futures


def fails(future):
    print("fails")
    raise ValueError("in a callback")


future = concurrent.futures.Future()
future.add_done_callback(lambda f: print("first", f.result()))
future.add_done_callback(fails)
future.add_done_callback(lambda f: print("third", f is future))
print("before")
future.set_result(7)
print("after")
future.add_done_callback(lambda f: print("late"))
future.add_done_callback(fails)
print("end")
