/** Keeps things on the phone: two stores of IndexedDB, opened again when the browser has closed them. */

const NAME = "recovery";
const OPENS_WITHIN_MS = 5_000; // some browsers never answer; the form then posts directly
const RESTS_MS = 10_000; // after that, so that nobody waits for the same silence twice

/** @typedef {"kept" | "outbox"} Store kept: by a name of ours; outbox: by the entry's id */

/** @type {Promise<IDBDatabase> | null} */
let opened = null;
let restsUntil = 0; // by performance.now()

class NoAnswer extends Error {}

/**
 * Keep a value under a key; it is safe on the disk when the promise is fulfilled.
 * @param {string} key
 * @param {unknown} value
 */
export async function keep(key, value) {
  await write("kept", (store) => store.put(value, key));
}

/**
 * What is kept under a key, or undefined.
 * @param {string} key
 * @returns {Promise<any>}
 */
export function kept(key) {
  return read("kept", (store) => store.get(key));
}

/** @param {string} key */
export async function forget(key) {
  await write("kept", (store) => store.delete(key));
}

/** Forget everything that is kept; the outbox stays. */
export async function forgetAll() {
  await write("kept", (store) => store.clear());
}

/**
 * Do one piece of work at a time, whatever tabs are open. Browsers without locks (Safari before 15.4) do it at once.
 * @template Value
 * @param {string} name
 * @param {() => Promise<Value>} work
 * @returns {Promise<Value>}
 */
export function alone(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}

/**
 * Read by one request, in a transaction of its own.
 * @template Value
 * @param {Store} name
 * @param {(store: IDBObjectStore) => IDBRequest<Value>} ask
 */
export function read(name, ask) {
  return twice(() => transact(name, "readonly", ask));
}

/**
 * Change by one request; resolves only after the transaction has completed.
 * @template Value
 * @param {Store} name
 * @param {(store: IDBObjectStore) => IDBRequest<Value>} ask
 */
export function write(name, ask) {
  return twice(() => transact(name, "readwrite", ask));
}

/**
 * iOS closes the database of a tab that is still open; then it is opened again and asked once more.
 * @template Value
 * @param {() => Promise<Value>} work
 */
async function twice(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    if (error instanceof DOMException && error.name === "ConstraintError") throw error;
    opened = null;
    return work();
  }
}

/**
 * @template Value
 * @param {Store} name
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<Value>} ask
 * @returns {Promise<Value>}
 */
async function transact(name, mode, ask) {
  const database = await open();
  return new Promise((resolve, reject) => {
    // Strict: "saved on this phone" must survive an empty battery.
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const request = ask(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}

function open() {
  if (!opened && performance.now() < restsUntil) return Promise.reject(new NoAnswer());
  opened ??= connect().catch((error) => {
    opened = null;
    if (error instanceof NoAnswer) restsUntil = performance.now() + RESTS_MS;
    throw error;
  });
  return opened;
}

/** @returns {Promise<IDBDatabase>} */
function connect() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    setTimeout(() => reject(new NoAnswer()), OPENS_WITHIN_MS);
    request.onerror = () => reject(request.error);
    request.onupgradeneeded = () => makeStores(request.result);
    request.onsuccess = () => {
      opened = Promise.resolve(letGoWhenClosed(request.result)); // also if it comes late
      resolve(opened);
    };
  });
}

/** @param {IDBDatabase} database */
function makeStores(database) {
  database.createObjectStore("kept");
  database.createObjectStore("outbox", { keyPath: "id" });
}

/** @param {IDBDatabase} database */
function letGoWhenClosed(database) {
  database.onclose = () => {
    opened = null;
  };
  database.onversionchange = () => {
    database.close();
    opened = null;
  };
  return database;
}
