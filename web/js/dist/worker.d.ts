/** The worker of the browser: starts the program that holds the captioner. */
export {};
