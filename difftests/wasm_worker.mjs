/* Runs programs on a CPython compiled to WebAssembly, under node, as worker.py does on a native one.
 *
 *     node wasm_worker.mjs FOLDER [OPTION...]  the protocol of workers.py, on standard input and output
 *     node wasm_worker.mjs FOLDER --ask        says what the build is: name, release level, version, folder
 *
 * The options are worker.py's; PYTHONHASHSEED has its meaning, too.
 * FOLDER is an unpacked npm package pyodide (tools/get-pythons --wasm).  worker.py and what it imports are copied into the
 * build's file system.  There is no fork; but all that Python knows is in one memory, so the memory is copied once, when asyncio
 * is loaded, and put back before each program: every one begins in the same state, as in a fork.  That holds as long as
 * JavaScript keeps no reference to a Python object that is younger, so only strings cross the border.
 */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker, isMainThread, workerData } from "node:worker_threads";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const STACK_MB = 128;
const INSIDE = "/difftests"; // where worker.py is for Python

/* pyodide puts a loop, a policy and a run() of its own into asyncio, and replaces time.sleep: asyncio and time are imported
 * anew, from their own code. */
const PREPARE = `
import sys
sys.argv = [${JSON.stringify(`${INSIDE}/worker.py`)}, *options.split()]
sys.path.insert(0, ${JSON.stringify(INSIDE)})
sys.dont_write_bytecode = True

import asyncio
asyncio._set_running_loop(None)
for name in [name for name in sys.modules if name.split(".")[0] in ("asyncio", "_asyncio", "time")]:
    del sys.modules[name]
del asyncio

import gc
import linecache, tokenize  # which a traceback would import

import worker

def run(name, source, flags):
    """Bytes come and go as strings of their values: nothing is lost, and nothing but strings crosses the border."""
    name = name.encode("latin-1").decode("utf-8", "surrogateescape")
    source = source.encode("latin-1").decode("utf-8", "replace")
    return worker.encode(worker.run_here(name, source, flags)).decode("latin-1")

worker.install(record="--plain" not in options)
gc.collect()
gc.freeze()
run
`;

const ASK = `
import sys
sys.implementation.name + " " + sys.version_info.releaselevel + " " + "%d.%d.%d" % sys.version_info[:3]
`;

/* ---- The build ---- */

async function load(folder) {
  const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")));
  const env = { HOME: "/" };
  if (process.env.PYTHONHASHSEED) env.PYTHONHASHSEED = process.env.PYTHONHASHSEED;
  // What Python writes outside of a program is no answer; it goes to standard error.  Standard input is ours: pyodide would
  // make it non-blocking.
  const toStderr = (text) => fs.writeSync(2, `${text}\n`);
  return loadPyodide({ indexURL: folder, env, stdin: () => null, stdout: toStderr, stderr: toStderr });
}

/* Copies the modules beside this file to where Python finds them. */
function copyModules(pyodide) {
  pyodide.FS.mkdirTree(INSIDE);
  for (const name of fs.readdirSync(HERE))
    if (name.endsWith(".py")) pyodide.FS.writeFile(`${INSIDE}/${name}`, fs.readFileSync(path.join(HERE, name)));
}

/* Gives a function that runs a program, always in the state that Python has now. */
function makeRunner(pyodide, options) {
  copyModules(pyodide);
  pyodide.globals.set("options", options.join(" "));
  const run = pyodide.runPython(PREPARE);
  const saved = pyodide._module.HEAPU8.slice();
  return (name, source, flags) => {
    const memory = pyodide._module.HEAPU8; // another one after it has grown
    memory.set(saved);
    memory.fill(0, saved.length);
    return run(name, source, flags);
  };
}

/* ---- The protocol ---- */

/* Standard input, read when it is needed: the program that runs shall have the whole process. */
class Input {
  buffer = Buffer.alloc(0);

  /* False at the end of the input. */
  more() {
    const part = Buffer.alloc(1 << 16);
    const size = fs.readSync(0, part);
    this.buffer = Buffer.concat([this.buffer, part.subarray(0, size)]);
    return size > 0;
  }

  line() {
    let end;
    while ((end = this.buffer.indexOf(10)) < 0) if (!this.more()) return "";
    return this.take(end + 1);
  }

  take(size) {
    while (this.buffer.length < size) if (!this.more()) return "";
    const taken = this.buffer.latin1Slice(0, size);
    this.buffer = this.buffer.subarray(size);
    return taken;
  }
}

function write(text) {
  let rest = Buffer.from(text, "latin1");
  while (rest.length > 0) rest = rest.subarray(fs.writeSync(1, rest));
}

function serve(run) {
  const input = new Input();
  for (let header; (header = input.line()) !== ""; ) {
    const [, , flags, nameSize, sourceSize] = header.split(/\s+/);
    const name = input.take(Number(nameSize));
    write(run(name, input.take(Number(sourceSize)), flags));
  }
}

/* ---- The command ---- */

async function inThread(folder, options) {
  const pyodide = await load(folder);
  if (options.includes("--ask")) fs.writeSync(1, `${pyodide.runPython(ASK)} ${folder}\n`);
  else serve(makeRunner(pyodide, options));
}

/* A thread can have the stack that Python's limit of recursion takes; the first one has what the machine gives it. */
function main([folder, ...options]) {
  if (folder === undefined) {
    console.error("usage: node wasm_worker.mjs FOLDER [--ask | --pure | --plain]");
    process.exit(2);
  }
  const thread = new Worker(fileURLToPath(import.meta.url), {
    workerData: [path.resolve(folder), options],
    resourceLimits: { stackSizeMb: STACK_MB },
    // Else node would open its streams on our pipes, and make them non-blocking.
    stdout: true,
    stderr: true,
  });
  thread.on("error", (error) => {
    console.error(String(error));
    process.exit(1);
  });
}

if (isMainThread) main(process.argv.slice(2));
else await inThread(...workerData);
