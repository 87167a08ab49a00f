/** What the element tells its page. All events bubble and leave shadow trees. */
/** Tells the page. Returns whether nobody objected. */
export function tell(host, name, detail) {
    const cancelable = name === 'showtell-suggest' || name === 'showtell-accept';
    return host.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
}
