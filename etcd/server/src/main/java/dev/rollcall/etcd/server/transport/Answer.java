package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.machine.Outcome;

/** Is told on the loop, once, what became of a command. */
interface Answer {

    void done(Outcome outcome);

    void failed(RuntimeException why);
}
