from types import ModuleType

semantics: str

def _asyncio() -> ModuleType: ...
