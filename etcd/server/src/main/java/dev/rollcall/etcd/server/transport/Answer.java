package dev.rollcall.etcd.server.transport;

import dev.rollcall.etcd.server.machine.Outcome;

/** Is told on the loop, once, what became of a command. */
interface Answer {

    void done(Outcome outcome);

    void failed(RuntimeException why);

    /** For what nobody waits for. */
    Answer TO_NOBODY = new Answer() {
        @Override
        public void done(Outcome outcome) {}

        @Override
        public void failed(RuntimeException why) {}
    };
}
