"""A bank: accounts of several kinds, transfers that roll back, exceptions with data."""


class BankError(Exception):
    """Something the bank refuses."""


class InsufficientFunds(BankError):
    def __init__(self, account, amount):
        super().__init__(f"{account.owner} has {account.balance:.2f}, not {amount:.2f}")
        self.missing = amount - account.balance


class AccountClosed(BankError):
    pass


class Account:
    kind = "plain"
    count = 0

    def __init__(self, owner, balance=0):
        self.owner, self._balance, self.history, self.open = owner, balance, [], True
        Account.count += 1

    @property
    def balance(self):
        return self._balance

    def check(self, amount):
        if not self.open:
            raise AccountClosed(self.owner)
        if amount <= 0:
            raise ValueError(f"bad amount {amount}")

    def deposit(self, amount):
        self.check(amount)
        self._balance += amount
        self.history.append(("+", amount))

    def withdraw(self, amount):
        self.check(amount)
        if amount > self.available():
            raise InsufficientFunds(self, amount)
        self._balance -= amount
        self.history.append(("-", amount))

    def available(self):
        return self._balance

    def __repr__(self):
        return f"<{type(self).__name__} {self.owner} {self.balance:,.2f}>"

    def __lt__(self, other):
        return self.balance < other.balance


class Checking(Account):
    kind = "checking"

    def __init__(self, owner, balance=0, *, overdraft=50):
        super().__init__(owner, balance)
        self.overdraft = overdraft

    def available(self):
        return super().available() + self.overdraft


class Savings(Account):
    kind = "savings"
    rate = 0.05

    def add_interest(self):
        self.deposit(self.balance * self.rate)


class Transaction:
    def __init__(self, *accounts):
        self.accounts = accounts

    def __enter__(self):
        self.saved = [(account, account._balance, list(account.history)) for account in self.accounts]
        return self

    def __exit__(self, exc_type, exc, traceback):
        if exc_type is not None:
            for account, balance, history in self.saved:
                account._balance, account.history = balance, history
            print(f"  rolled back: {exc_type.__name__}: {exc}")
        return isinstance(exc, BankError)


def transfer(source, target, amount):
    with Transaction(source, target):
        target.deposit(amount)
        source.withdraw(amount)
        return True
    return False


ann, bob, cid = Checking("Ann", 100), Savings("Bob", 1000.5), Account("Cid")
print(transfer(ann, bob, 120), ann, bob)
print(transfer(ann, bob, 50), ann, bob)
print(transfer(bob, cid, 500.25), bob, cid)
bob.add_interest()
print(bob, f"{bob.balance:.4f}", bob.history)
cid.open = False
print(transfer(bob, cid, 1), bob, cid)
try:
    transfer(ann, bob, -5)
except ValueError as error:
    print("ValueError:", error, ann)
try:
    cid.open = True
    cid.withdraw(1000)
except InsufficientFunds as error:
    print(type(error).__name__, error, f"{error.missing:.2f}")
try:
    ann.balance = 1_000_000
except AttributeError:
    print("the balance cannot be set")
print(sorted([ann, bob, cid]), max(ann, bob, cid).owner, Account.count,
      {a.kind: a.owner for a in [ann, bob, cid]})
