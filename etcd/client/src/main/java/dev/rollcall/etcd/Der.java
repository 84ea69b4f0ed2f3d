package dev.rollcall.etcd;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** As much of ASN.1's binary form as it takes to wrap a bare private key into PKCS#8 (RFC 5208). */
final class Der {

    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int CONTEXT_0 = 0xa0;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    private static final byte[] NULL = {0x05, 0x00};

    /** 1.2.840.113549.1.1.1 */
    private static final byte[] RSA_ENCRYPTION = {
        0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01
    };

    /** 1.2.840.10045.2.1 */
    private static final byte[] EC_PUBLIC_KEY = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

    private Der() {}

    static byte[] pkcs8OfRsa(byte[] pkcs1) {
        return pkcs8(RSA_ENCRYPTION, NULL, pkcs1);
    }

    /** Wraps a SEC 1 key; its curve is in the key itself, or stood before it in the file. */
    static byte[] pkcs8OfEc(byte[] sec1, byte[] curveBefore) {
        byte[] own = curve(sec1);
        return pkcs8(EC_PUBLIC_KEY, own.length == 0 ? curveBefore : own, sec1);
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] parameters, byte[] key) {
        return tagged(SEQUENCE, VERSION_0, tagged(SEQUENCE, algorithm, parameters), tagged(OCTETS, key));
    }

    /** The curve inside a SEC 1 key: the element with context tag 0; none if the key does not name it, or is damaged. */
    private static byte[] curve(byte[] sec1) {
        int at = content(sec1, 0);
        while (at >= 0 && at < sec1.length) {
            int begin = content(sec1, at);
            int end = begin < 0 ? -1 : end(sec1, at);
            if (end < 0 || end > sec1.length) {
                break;
            }
            if ((sec1[at] & 0xff) == CONTEXT_0) {
                return Arrays.copyOfRange(sec1, begin, end);
            }
            at = end;
        }
        return new byte[0];
    }

    /** Where the content of the element at an index begins; -1 if there is no such element. */
    private static int content(byte[] der, int at) {
        if (at + 1 >= der.length) {
            return -1;
        }
        int first = der[at + 1] & 0xff;
        return first < 0x80 ? at + 2 : at + 2 + (first & 0x7f);
    }

    private static int end(byte[] der, int at) {
        int begin = content(der, at);
        int first = der[at + 1] & 0xff;
        int length = first;
        if (first >= 0x80) {
            length = 0;
            for (int i = at + 2; i < begin && i < der.length; i++) {
                length = (length << 8) | (der[i] & 0xff);
            }
        }
        return length < 0 || length > der.length ? -1 : begin + length;
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        byte[] content = out.toByteArray();
        out.reset();
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
