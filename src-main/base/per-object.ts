/** Makes a value once for each object, and keeps it as long as the object. */
export function perObject<Key extends object, Value extends object>(
  make: (key: Key) => Value,
): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const created = make(key);
    made.set(key, created);
    return created;
  };
}
