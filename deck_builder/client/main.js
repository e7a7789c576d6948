import { address, place } from "./address.js";
import { controls } from "./controls.js";
import { Deck } from "./deck.js";
import { fit } from "./fit.js";
import { keys } from "./keys.js";
import { output } from "./output.js";
import { pointer } from "./pointer.js";
import { reading } from "./reading.js";
import { stage } from "./stage.js";
import { steps } from "./steps.js";

const deck = new Deck(document.documentElement);
for (const feature of [stage, output, steps, fit, address, keys, pointer, controls, reading]) feature(deck);
deck.go(...place(location.hash));
