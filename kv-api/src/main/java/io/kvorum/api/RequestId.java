// SPDX-License-Identifier: Apache-2.0
package io.kvorum.api;

import java.io.Serializable;

/**
 * The name of one write of one cluster, by which any of its replicas can be asked what became of
 * it: see {@link ReplicatedKv#outcomeOf}. Never used for a second write. {@link #toString} and
 * {@link #parse} are each other's reverse.
 *
 * <p>Example: {@link RequestOutcome}.
 *
 * @param session of the node that wrote, 0 or more
 * @param sequence of the write within the session, 1 or more
 */
public record RequestId(long session, long sequence) implements Serializable {

  private static final String FORM = "SESSION-SEQUENCE, for example 112233445566778899-17";

  /**
   * Checks the numbers.
   *
   * @throws InvalidArgumentException if they name no write
   */
  public RequestId {
    if (session < 0 || sequence < 1) {
      throw new InvalidArgumentException(
          "a request id of session "
              + session
              + " and sequence "
              + sequence
              + "; sessions begin at 0, sequences at 1");
    }
  }

  /**
   * Reads an id as it was printed.
   *
   * @throws InvalidArgumentException if the text is none
   */
  public static RequestId parse(String text) {
    int dash = text.indexOf('-');
    RequestId id;
    try {
      id =
          new RequestId(
              Long.parseLong(text.substring(0, Math.max(dash, 0))),
              Long.parseLong(text.substring(dash + 1)));
    } catch (NumberFormatException e) {
      throw notOne(text);
    }
    if (!id.toString().equals(text)) {
      throw notOne(text); // a sign, or zeros in front: two texts would name one write
    }
    return id;
  }

  private static InvalidArgumentException notOne(String text) {
    return new InvalidArgumentException("\"" + text + "\" is no request id; it is " + FORM);
  }

  @Override
  public String toString() {
    return session + "-" + sequence;
  }
}
