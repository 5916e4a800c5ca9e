// SPDX-License-Identifier: Apache-2.0
package io.kvorum.raft.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.rpc.SupportedRpcType;
import org.junit.jupiter.api.Test;

/** That Ratis can make it by its name; what it does is met by every test of a group. */
final class AppendersTest {

  @Test
  void isFoundByItsNameAndIsGrpcForAllElse() {
    RaftProperties properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, new Appenders());
    RpcType found = RaftConfigKeys.Rpc.type(properties, name -> {});
    assertThat(found).isInstanceOf(Appenders.class);
    assertThat(found.newFactory(new Parameters()))
        .isInstanceOfSatisfying(
            GrpcFactory.class,
            factory -> assertThat(factory.getRpcType()).isEqualTo(SupportedRpcType.GRPC));
  }
}
