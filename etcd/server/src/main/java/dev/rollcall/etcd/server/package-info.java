/** Story to be told here by the module. */
@NullMarked
package dev.rollcall.etcd.server;

import org.jspecify.annotations.NullMarked;
