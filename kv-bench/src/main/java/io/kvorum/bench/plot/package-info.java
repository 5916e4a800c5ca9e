// SPDX-License-Identifier: Apache-2.0
/**
 * Drawings that several benchmarks share, as SVG text. Written out by hand: a drawing library needs
 * the fonts of the machine, and a server with a headless JDK has none.
 */
@NullMarked
package io.kvorum.bench.plot;

import org.jspecify.annotations.NullMarked;
