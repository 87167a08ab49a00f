/**
 * Calls a function of one of our modules inside a page, and gives what it returns. The module stays
 * loaded there, and keeps what it knows, until the page is left.
 */
export async function inside(target, module, name, ...args) {
  const [{ result }] = await chrome.scripting.executeScript({
    target,
    func: async (address, name, args) => (await import(address))[name](...args),
    args: [chrome.runtime.getURL(module), name, args],
  });
  return result;
}
