/* A virtual reader with a loose cable: vpcd's driver, that loses its device while a file is there.
 *
 * Built against vpcd's driver, which does the work; pcscd finds the functions left out here in it.
 * Whatever reaches the reader while it is gone, or is under way when it goes, is answered as libccid
 * answers for a reader without power: there is no such device (ifdhandler.h, IFD_NO_SUCH_DEVICE).
 *
 * LOOSE_READER: the file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#define NO_SUCH_DEVICE 617L

typedef struct {
    unsigned long protocol, length;
} header;

static int is_gone(void)
{
    const char *flag = getenv("LOOSE_READER");
    return flag && access(flag, F_OK) == 0;
}

long IFDHICCPresence(unsigned long lun)
{
    long (*next)(unsigned long) = dlsym(RTLD_NEXT, "IFDHICCPresence");
    return is_gone() ? NO_SUCH_DEVICE : next(lun);
}

long IFDHPowerICC(unsigned long lun, unsigned long action, unsigned char *atr, unsigned long *length)
{
    long (*next)(unsigned long, unsigned long, unsigned char *, unsigned long *) =
        dlsym(RTLD_NEXT, "IFDHPowerICC");
    return is_gone() ? NO_SUCH_DEVICE : next(lun, action, atr, length);
}

long IFDHTransmitToICC(unsigned long lun, header sent, unsigned char *command, unsigned long size,
                       unsigned char *response, unsigned long *length, header *received)
{
    long (*next)(unsigned long, header, unsigned char *, unsigned long, unsigned char *,
                 unsigned long *, header *) = dlsym(RTLD_NEXT, "IFDHTransmitToICC");
    long result = is_gone() ? NO_SUCH_DEVICE
                            : next(lun, sent, command, size, response, length, received);
    return is_gone() ? NO_SUCH_DEVICE : result;
}
