// For the test, which puts images into the page and says what the captioner says.

import { autoAlt, useCaptioner } from '/showtell/auto/index.js';
import { Played } from './played.js';

Object.assign(window, { autoAlt, useCaptioner, Played, played: new Played() });
useCaptioner(async () => window.played);
