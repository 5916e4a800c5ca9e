// SPDX-License-Identifier: Apache-2.0
/** etcd: three processes of the program on the PATH, asked at the leader through jetcd. */
@NullMarked
package io.kvorum.bench.peer.etcd;

import org.jspecify.annotations.NullMarked;
