import { address, place } from "./address.js";
import { clicks } from "./clicks.js";
import { controls } from "./controls.js";
import { copy } from "./copy.js";
import { Deck } from "./deck.js";
import { edit } from "./edit.js";
import { film } from "./film.js";
import { fit } from "./fit.js";
import { help } from "./help.js";
import { keys } from "./keys.js";
import { live } from "./live.js";
import { magic } from "./magic.js";
import { marks } from "./marks.js";
import { media } from "./media.js";
import { motion } from "./motion.js";
import { notes } from "./notes.js";
import { output } from "./output.js";
import { pane } from "./pane.js";
import { pointer } from "./pointer.js";
import { presenter } from "./presenter.js";
import { problems } from "./problems.js";
import { reading } from "./reading.js";
import { replay } from "./replay.js";
import { returning } from "./returning.js";
import { running } from "./running.js";
import { stage } from "./stage.js";
import { steps } from "./steps.js";
import { sweep } from "./sweep.js";
import { sync } from "./sync.js";
import { tabs } from "./tabs.js";
import { transition } from "./transition.js";

const deck = new Deck(document.documentElement);
const looks = [presenter, stage, output, tabs, clicks, fit, steps, replay, film, pane, sweep, magic, motion, marks, transition]; // each finds what those before it have laid out
const served = [returning, running, problems, edit, live]; // only on pages that a server keeps up to date
for (const feature of [...looks, address, keys, pointer, controls, notes, copy, ...served, help, reading, media, sync]) feature(deck);
deck.go(...place(deck, location.hash), true);
