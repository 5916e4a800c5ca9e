// SPDX-License-Identifier: Apache-2.0
package io.kvorum.bench.driver;

/** A key with its value; the arrays are not copied. */
public record Entry(byte[] key, byte[] value) {}
